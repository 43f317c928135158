import { ClientRequest, IncomingMessage } from 'node:http';

/** docker-modem's one way to send a request. */
export interface Modem {
  dial(
    options: Omit<StreamedRequest, 'query' | 'body'> & {
      readonly options?: Readonly<Record<string, unknown>>;
      readonly isStream: boolean;
      readonly statusCodes: Record<number, boolean>;
    },
    done: (error: unknown, answer: unknown) => void,
  ): void;
}

/** A request with a query or a body, which is sent as JSON. */
export interface StreamedRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly abortSignal?: AbortSignal;
}

/** A request whose answer comes with its headers; dockerode's own methods hang when a connection ends within the body. */
export function streamed(modem: Modem, request: StreamedRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { query, body, ...rest } = request;
    const asked = query ? { path: `${request.path}?`, options: { ...query } } : body && { options: body };
    const options = { ...rest, ...asked, isStream: true, statusCodes: { 200: true, 201: true, 204: true } };
    modem.dial(options, (error, answer) => {
      if (!(answer instanceof IncomingMessage)) return reject(error);
      if (request.method === 'HEAD') keepConnection(answer);
      resolve(answer);
    });
  });
}

/** After an answer to HEAD that has no length, node closes the connection, though no body can follow: each stat would need a new one. */
function keepConnection(answer: IncomingMessage): void {
  const request: unknown = Reflect.get(answer, 'req');
  if (request instanceof ClientRequest && answer.headers.connection !== 'close') request.shouldKeepAlive = true;
}
