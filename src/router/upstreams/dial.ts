import { connect, type Socket } from 'node:net';
import type { RefusalCode } from '../../diagnostics/index.ts';
import type { IpAddress, Port } from '../../ir/index.ts';
import type { HostPort } from '../options.ts';
import type { RouterLimits } from '../router-limits.ts';

export type DialResult =
  | { readonly is: 'connected'; readonly socket: Socket; readonly address: IpAddress }
  | { readonly is: 'refused'; readonly code: RefusalCode; readonly why: string };

export interface DialOptions {
  readonly limits: RouterLimits;
  /** What is really dialled for an address. */
  readonly place: (address: IpAddress, port: Port) => HostPort;
  /** Told of each address that did not answer, so that others are tried before it next time. */
  readonly onFailed: (address: IpAddress) => void;
}

/** A dial under way. `cancel` ends it without a result: its result is not needed any more. */
export interface PendingDial {
  readonly cancel: () => void;
}

interface Attempt {
  readonly address: IpAddress;
  readonly socket: Socket;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Connects to the first address that answers. The next one is tried as soon as one fails, and beside it when it has
 * not answered after `dialStaggerMs`. Calls `done` exactly once, unless cancelled; every socket but the one handed
 * over is closed.
 */
export function dial(
  addresses: readonly IpAddress[],
  port: Port,
  { limits, place, onFailed }: DialOptions,
  done: (result: DialResult) => void,
): PendingDial {
  const running = new Set<Attempt>();
  let next = 0;
  let over = false;
  let failure: DialResult & { is: 'refused' } = {
    is: 'refused',
    code: 'LG_UPSTREAM_TIMEOUT',
    why: `no address of the upstream answered within ${limits.dialMs} ms`,
  };
  let stagger: NodeJS.Timeout | undefined;
  const deadline = addresses.length > 1 ? setTimeout(() => end(failure), limits.dialMs) : undefined;

  const stop = (winner?: Attempt): void => {
    over = true;
    clearTimeout(deadline);
    clearTimeout(stagger);
    for (const attempt of running) {
      clearTimeout(attempt.timer);
      if (attempt !== winner) attempt.socket.destroy();
    }
    running.clear();
  };
  const end = (result: DialResult, winner?: Attempt): void => {
    if (over) return;
    stop(winner);
    done(result);
  };
  const fail = (attempt: Attempt, error: NodeJS.ErrnoException | 'slow'): void => {
    if (over || !running.delete(attempt)) return;
    clearTimeout(attempt.timer);
    attempt.socket.destroy();
    onFailed(attempt.address);
    failure = failureOf(attempt.address, port, error, limits);
    if (next < addresses.length) start();
    else if (running.size === 0) end(failure);
  };
  const start = (): void => {
    const address = addresses[next];
    if (over || address === undefined) return;
    next += 1;
    const { host, port: to } = place(address, port);
    const socket = connect({
      host,
      port: to,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: limits.keepaliveMs,
      autoSelectFamily: false,
    });
    const attempt: Attempt = { address, socket, timer: undefined };
    running.add(attempt);
    const last = next === addresses.length;
    // After a pause of the whole process, timers come before what the kernel holds: an answer may be there already.
    const tooLong = (): void => void setImmediate(() => fail(attempt, 'slow'));
    attempt.timer = setTimeout(tooLong, last ? limits.dialMs : limits.dialAttemptMs);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      end({ is: 'connected', socket, address }, attempt);
    });
    socket.on('error', (error) => fail(attempt, error));
    clearTimeout(stagger);
    if (!last) stagger = setTimeout(start, limits.dialStaggerMs);
  };
  start();
  return { cancel: () => void (over || stop()) };
}

function failureOf(
  address: IpAddress,
  port: Port,
  error: NodeJS.ErrnoException | 'slow',
  limits: RouterLimits,
): DialResult & { is: 'refused' } {
  if (error === 'slow')
    return {
      is: 'refused',
      code: 'LG_UPSTREAM_TIMEOUT',
      why: `${address} port ${port} did not answer within ${limits.dialMs} ms`,
    };
  const { code } = error;
  // Out of descriptors, ports or buffers: the router's own trouble, not the upstream's.
  if (code === 'EMFILE' || code === 'ENFILE' || code === 'EADDRNOTAVAIL' || code === 'ENOBUFS' || code === 'EAGAIN')
    return { is: 'refused', code: 'LG_OVER_LIMIT', why: `the router has no socket left to dial with (${code})` };
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return { is: 'refused', code: 'LG_UPSTREAM_TIMEOUT', why: `${address} port ${port} cannot be reached (${code})` };
  return {
    is: 'refused',
    code: 'LG_UPSTREAM_REFUSED',
    why: `${address} port ${port} refused (${code ?? error.message})`,
  };
}
