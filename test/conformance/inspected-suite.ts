import type { Route, Upstream } from '../../src/ir/index.ts';
import { type InspectionCa, inspectionCa, serverCa } from '../support/inspected.ts';
import { type NodeUnderTest, startNode } from './engines.ts';
import { type RouteWish, setupOf } from './setup.ts';

/** What a file of tests of inspected names shares. */
export interface InspectedSuite {
  /** Of the router. */
  readonly ca: InspectionCa;
  /** Of the servers. */
  readonly servers: Awaited<ReturnType<typeof serverCa>>;
  /** Closed behind each test, the last one first. */
  readonly closing: { close(): Promise<void> }[];
  /** What the upstream of an inspected route is told of the server `a.test`. */
  readonly upstream: Pick<Upstream, 'tls'>;
  /** A router that inspects `a.test`, whose server listens at a port. */
  routerTo(port: number, options?: Parameters<typeof startNode>[1]): Promise<NodeUnderTest>;
  closeAll(): Promise<void>;
}

export async function inspectedSuite(): Promise<InspectedSuite> {
  const [ca, servers] = [await inspectionCa(), await serverCa()];
  const closing: { close(): Promise<void> }[] = [];
  const upstream = { tls: { name: 'a.test' as never, ca: [servers.pem] } };
  return {
    ...{ ca, servers, closing, upstream },
    async routerTo(port, options = {}) {
      const action: Partial<Route['action']> = { tls: 'inspect' };
      const route: RouteWish = { name: 'a.test', to: port, action, upstream };
      const setup = setupOf([{ key: 's-1/443', speaks: ['tls'], routes: [route] }]);
      const router = await startNode(setup, { ...options, issuer: ca });
      closing.push(router);
      return router;
    },
    async closeAll() {
      for (const one of closing.splice(0).reverse()) await one.close();
    },
  };
}
