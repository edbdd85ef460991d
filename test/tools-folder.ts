import { resolve } from 'node:path';

/** Where `npm run test:tools` puts what neither npm nor the system has. */
export const toolsFolder = resolve(process.env.LAKEGATE_TOOLS ?? '.lakegate/tools');
