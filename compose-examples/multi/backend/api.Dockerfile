FROM node:20-bookworm-slim
WORKDIR /app
COPY package.json ./
COPY shared/ shared/
COPY api/ api/
USER 1000:1000
EXPOSE 8080
CMD ["node", "api/server.js"]
