import { tns, tnsPacket, tnsType } from '../targets/oracle.ts';
import { type Client, type ConnectionAttempt, read } from './client.ts';

/** What tnsping sends, then the CONNECT of a session to the target's service. */
export const oracle: Client = async (attempt) => {
  const ping = await connect(attempt, '(CONNECT_DATA=(COMMAND=ping))');
  const server = /\(ALIAS=([^)]*)\)/.exec(ping.body.toString('latin1'))?.[1];
  if (ping.type !== tnsType.refuse || !server) throw new Error('the listener did not answer a ping');
  const session = await connect(attempt, `(CONNECT_DATA=(SERVICE_NAME=${attempt.service}))`);
  if (session.type !== tnsType.accept) throw new Error(`the listener refused: ${session.body.toString('latin1', 4)}`);
  return { is: 'answer', server };
};

async function connect(
  attempt: ConnectionAttempt,
  data: string,
): Promise<{ readonly type: number; readonly body: Buffer }> {
  const socket = attempt.socket();
  socket.connect(attempt.port, attempt.host);
  const address = `(ADDRESS=(PROTOCOL=TCP)(HOST=${attempt.host})(PORT=${attempt.port}))`;
  const text = Buffer.from(`(DESCRIPTION=${address}${data})`, 'latin1');
  const fixed = Buffer.alloc(50);
  fixed.writeUInt16BE(318, 0); // version
  fixed.writeUInt16BE(300, 2); // oldest version that will do
  fixed.writeUInt16BE(8192, 6); // session data unit
  fixed.writeUInt16BE(32_767, 8); // transport data unit
  fixed.writeUInt16BE(1, 14); // byte order
  fixed.writeUInt16BE(text.length, 16);
  fixed.writeUInt16BE(58, 18); // where the text begins, from the packet's start
  socket.write(tns(tnsType.connect, Buffer.concat([fixed, text])));
  const answer = await read(socket, (bytes) => {
    const packet = tnsPacket(bytes);
    return packet === 'more' ? undefined : packet;
  });
  socket.destroy();
  return answer;
}
