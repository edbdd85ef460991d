import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** A worker process that does what a test says: it passes its orders on to the test, and the test's replies back. */
const test = connect(Number(process.argv[2]), '127.0.0.1');
process.on('message', (order) => test.write(`${JSON.stringify({ pid: process.pid, order })}\n`));
process.on('disconnect', () => process.exit());
createInterface(test).on('line', (line) => process.send?.(JSON.parse(line)));
