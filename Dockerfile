# syntax=docker/dockerfile:1
# The image of a gateway: docs/deployment.md tells how it is run. Node is the current LTS, the one that .ci/run tests.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev

FROM ${NODE_IMAGE}
# What installs packages has no work here, and would have for whoever broke in.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
  /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE ./
# What is served besides profiles: the published schema, the guides, the demo's shop.
COPY schema schema
COPY docs docs
COPY examples/storefront examples/storefront

ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="activation-gateway" \
  org.opencontainers.image.description="Serves RudderStack profiles from your own Redis over GraphQL and the Activation API." \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.source="${SOURCE}"

ENV NODE_ENV=production
# A number, so that Kubernetes sees that it is not root. It owns no file: nothing here is written to.
USER 65532:65532
# 4000 serves; 9464 is for Prometheus, where the configuration has `metrics`.
EXPOSE 4000 9464
STOPSIGNAL SIGTERM
# The port that the configuration has by default.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4000/healthz', { signal: AbortSignal.timeout(2500) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell between: a signal reaches the supervisor, which lets its workers finish.
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve", "--config", "/etc/activation-gateway/gateway.yaml"]
