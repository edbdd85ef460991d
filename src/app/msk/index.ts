/**
 * app/msk: what MSK says of a cluster.
 * Never: printing, a guess at a broker's name.
 * Imports: aws, diagnostics. Imported by: cli.
 */
export { type KafkaCluster, readKafkaCluster } from './kafka-cluster.ts';
