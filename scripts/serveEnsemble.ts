// npm run serve: an ensemble that real ZooKeeper clients can use. See src/hosts/tcp/README.md.
import { main } from '../src/hosts/tcp/main.ts';

await main(process.argv.slice(2));
