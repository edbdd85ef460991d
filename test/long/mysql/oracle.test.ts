import { startMysqls } from '../../interop/mysql-servers.ts';
import { sharesByName } from '../../interop/mysql-shared.ts';

// Oracle's MySQL takes longer to start than everything else in test/interop together.
sharesByName({
  title: 'MySQL',
  family: 'mysql',
  tool: 'mysql-server',
  accounts: ['caching', 'sha256'],
  start: startMysqls,
});
