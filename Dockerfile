# The server alone: it needs a PostgreSQL at DATABASE_URL (docker-compose.yml brings one).
#
#   docker build -t onefold .
#   docker run --init -p 4000:4000 -e DATABASE_URL=postgres://user:password@host:5432/onefold onefold

FROM node:24-slim AS build
WORKDIR /onefold
COPY package.json package-lock.json .npmrc ./
# Their scripts fetch another Node and set up the embedded PostgreSQL: neither is used here.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /onefold
COPY --from=build /onefold/package.json /onefold/LICENSE ./
COPY --from=build /onefold/node_modules node_modules
COPY --from=build /onefold/migrations migrations
COPY --from=build /onefold/dist dist
USER node
EXPOSE 4000
HEALTHCHECK --interval=5s --timeout=5s --start-period=1m --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself gets the signals, so that a stop lets it finish.
CMD ["node", "dist/main.js"]
