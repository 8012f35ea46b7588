// Stands for next/server in the cookbook's middleware: Next.js itself is too much to install for one recipe. What a middleware tells
// Next.js, it tells by these headers, of which this makes as many as the recipe uses.

export class NextRequest extends Request {
  get nextUrl() {
    return new URL(this.url);
  }

  get cookies() {
    const pairs = (this.headers.get('cookie') ?? '').split('; ').map((pair) => pair.split('='));
    return { get: (name) => pairs.filter(([key]) => key === name).map(([, value]) => ({ name, value }))[0] };
  }
}

export class NextResponse extends Response {
  static next({ request }) {
    const headers = new Headers({ 'x-middleware-next': '1' });
    headers.set('x-middleware-override-headers', [...request.headers.keys()].join(','));
    for (const [name, value] of request.headers) {
      headers.set(`x-middleware-request-${name}`, value);
    }
    return new NextResponse(null, { headers });
  }
}
