import { withConfigFile } from './config.mjs';
import { startGateway, startServer } from './server-process.mjs';

const PEERS = ['mercurius', 'yoga', 'apollo'];

/** The limit, the gateway with one worker, and its peers: running while the work is done. */
export function withServers(settings, work) {
  return withConfigFile(settings, (file) =>
    whileRunning([
      () => startServer('limit', settings),
      () => startGateway(file, 1),
      ...PEERS.map((name) => () => startServer(name, settings)),
    ])(work),
  );
}

/** @param workers each a gateway with so many */
export function withGateways(settings, workers, work) {
  return withConfigFile(settings, (file) =>
    whileRunning(workers.map((count) => () => startGateway(file, count)))(work),
  );
}

/** The gateway in one process that can be asked for its heap and its event loop. @param execArgv Node's own arguments */
export function withInspectedGateway(settings, execArgv, work) {
  return whileRunning([() => startServer('gateway', settings, execArgv)])(([server]) => work(server));
}

function whileRunning(starts) {
  return async (work) => {
    const running = [];
    try {
      for (const start of starts) {
        running.push(await start());
      }
      return await work(running);
    } finally {
      await Promise.all(running.map((server) => server.stop()));
    }
  };
}
