/** What a client is given: files, as a notebook's environment would hold them. */
export interface ClientView {
  /** For the Java client: `java.util.Properties`. */
  readonly properties: string;
  /** Lines `address name`, for exactly the names that this workspace resolves. */
  readonly hosts: string;
  readonly ca: string;
  /** `name:port` of every broker. */
  readonly bootstrap: string;
}

/** The only user, in place of IAM. Its password is public and protects nothing. */
export const user = { name: 'databricks', password: 'lab-only-password' } as const;

/** The settings of a Java client: bootstrap servers by comma, and the file with the CA. */
export const clientProperties = (bootstrap: string, ca: string): string =>
  [
    `bootstrap.servers=${bootstrap}`,
    'security.protocol=SASL_SSL',
    'sasl.mechanism=SCRAM-SHA-512',
    `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="${user.name}" password="${user.password}";`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${ca}`,
    // As `lakegate snippets` recommends: below the 350 s after which an endpoint drops an idle flow.
    'connections.max.idle.ms=240000',
    'reconnect.backoff.max.ms=1000',
    '',
  ].join('\n');
