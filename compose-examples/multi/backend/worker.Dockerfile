FROM node:20-bookworm-slim
WORKDIR /app
COPY package.json ./
COPY shared/ shared/
COPY worker/ worker/
USER 1000:1000
CMD ["node", "worker/main.js"]
