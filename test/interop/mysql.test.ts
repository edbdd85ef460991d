import { startMariadbs } from './mysql-servers.ts';
import { sharesByName } from './mysql-shared.ts';

sharesByName({
  title: 'MariaDB',
  family: 'mariadb',
  tool: 'mariadbd',
  accounts: ['native', 'ed25519'],
  start: startMariadbs,
});
