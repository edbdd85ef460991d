/**
 * databricks: a thin client of the accounts API's part about serverless networking, over fetch.
 * Never: a decision, a cache other than the token, a secret in an error.
 * Imports: ir. Imported by: observe.
 */
export {
  type AccountClient,
  type AccountClientOptions,
  accountClient,
  type NccState,
  type RuleState,
  type WorkspaceState,
} from './account-client.ts';
export { DatabricksCallError } from './errors.ts';
