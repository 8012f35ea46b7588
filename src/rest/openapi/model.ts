/** The parts of OpenAPI 3.1 that the document is made of. */

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, object>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly headers: Readonly<Record<string, Header>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}

export type Method = 'get' | 'post' | 'delete';

export type PathItem = { readonly [Name in Method]?: Operation };

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  /** Left out: as the document says; empty: no token. */
  readonly security?: readonly [];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Reference>>;
  readonly content: Content;
}

export type Content = {
  readonly 'application/json': {
    readonly schema: JsonSchema;
    readonly examples: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>;
  };
};

export interface Header {
  readonly description: string;
  readonly schema: JsonSchema;
}

export interface Reference {
  readonly $ref: string;
}
