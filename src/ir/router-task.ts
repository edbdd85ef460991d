/** What a router in a container gets: Terraform asks for it, the cost counts it. CPU units and MiB as Fargate sells them. */
export const routerTask = { cpuUnits: 512, memoryMib: 1024 } as const;

/** Where a router says over HTTP, on the readiness port, whether it takes connections. */
export const readinessPath = '/ready';

/** CPU units of a whole vCPU. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html (2026-11-20) */
export const cpuUnitsOfVcpu = 1024;
