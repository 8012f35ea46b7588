export declare class NextRequest extends Request {
  get nextUrl(): URL;
  get cookies(): { get(name: string): { name: string; value: string } | undefined };
}

export declare class NextResponse extends Response {
  static next(init: { request: { headers: Headers } }): NextResponse;
}
