/** The flags of kube-state-metrics 2.20, its help texts as they are. */
export interface KubeStateFlag {
  readonly name: string
  readonly short?: string
  /** As kube-state-metrics names it. */
  readonly type: string
  readonly help: string
  readonly default?: string
  /** It is taken so that arguments need no edit, and changes nothing: why. */
  readonly withoutEffect?: string
}

const LOGS = 'logs are set by --log.level and --log.format'
const GO = 'there is no Go runtime'

/** Every flag, by name. */
export const kubeStateFlags: readonly KubeStateFlag[] = [
  {
    name: 'add_dir_header',
    type: 'bool',
    help: 'If true, adds the file directory to the header of the log messages',
    withoutEffect: LOGS,
  },
  {
    name: 'alsologtostderr',
    type: 'bool',
    help: 'log to standard error as well as files (no effect when -logtostderr=true)',
    withoutEffect: LOGS,
  },
  {
    name: 'alsologtostderrthreshold',
    type: 'severity',
    help: 'logs at or above this threshold go to stderr when -alsologtostderr=true (no effect when -logtostderr=true)',
    withoutEffect: LOGS,
  },
  {
    name: 'apiserver',
    type: 'string',
    help: 'The URL of the apiserver to use as a master',
  },
  {
    name: 'auth-filter',
    type: 'bool',
    help: 'If true, requires authentication and authorization through Kubernetes API to access metrics endpoints',
  },
  {
    name: 'auto-gomemlimit',
    type: 'bool',
    help: 'Automatically set GOMEMLIMIT to match container or system memory limit. (experimental)',
    withoutEffect: GO,
  },
  {
    name: 'auto-gomemlimit-ratio',
    type: 'float',
    help: 'The ratio of reserved GOMEMLIMIT memory to the detected maximum container or system memory. (experimental) (default 0.9)',
    default: '0.9',
    withoutEffect: GO,
  },
  {
    name: 'config',
    type: 'string',
    help: 'Path to the kube-state-metrics options config YAML file. If this flag is set, the flags defined in the file override the command line flags.',
  },
  {
    name: 'continue-without-config',
    type: 'bool',
    help: 'If true, kube-state-metrics continues to run even if the config file specified by --config is not present. This is useful for scenarios where config file is not provided at startup but is provided later, for e.g., via configmap. Kube-state-metrics will not exit with an error if the config file is not found, instead watches and reloads when it is created.',
  },
  {
    name: 'continue-without-custom-resource-state-config-file',
    type: 'bool',
    help: 'If true, Kube-state-metrics continues to run even if the config file specified by --custom-resource-state-config-file is not present. This is useful for scenarios where config file is not provided at startup but is provided later, for e.g., via configmap. Kube-state-metrics will not exit with an error if the custom-resource-state-config file is not found, instead watches and reloads when it is created.',
  },
  {
    name: 'custom-resource-state-config',
    type: 'string',
    help: 'Inline Custom Resource State Metrics config YAML (experimental)',
  },
  {
    name: 'custom-resource-state-config-file',
    type: 'string',
    help: 'Path to a Custom Resource State Metrics config file (experimental)',
  },
  {
    name: 'custom-resource-state-only',
    type: 'bool',
    help: 'Only provide Custom Resource State metrics (experimental)',
  },
  {
    name: 'enable-gzip-encoding',
    type: 'bool',
    help: "Gzip responses when requested by clients via 'Accept-Encoding: gzip' header.",
  },
  {
    name: 'help',
    short: 'h',
    type: 'bool',
    help: 'Print Help text',
  },
  {
    name: 'host',
    type: 'string',
    help: 'Host to expose metrics on. (default "::")',
    default: '::',
  },
  {
    name: 'kubeconfig',
    type: 'string',
    help: 'Absolute path to the kubeconfig file',
  },
  {
    name: 'legacy_stderr_threshold_behavior',
    type: 'bool',
    help: 'If true, stderrthreshold is ignored when logtostderr=true (legacy behavior). If false, stderrthreshold is honored even when logtostderr=true (default true)',
    default: 'true',
    withoutEffect: LOGS,
  },
  {
    name: 'log_backtrace_at',
    type: 'traceLocation',
    help: 'when logging hits line file:N, emit a stack trace (default :0)',
    default: ':0',
    withoutEffect: LOGS,
  },
  {
    name: 'log_dir',
    type: 'string',
    help: 'If non-empty, write log files in this directory (no effect when -logtostderr=true)',
    withoutEffect: LOGS,
  },
  {
    name: 'log_file',
    type: 'string',
    help: 'If non-empty, use this log file (no effect when -logtostderr=true)',
    withoutEffect: LOGS,
  },
  {
    name: 'log_file_max_size',
    type: 'uint',
    help: 'Defines the maximum size a log file can grow to (no effect when -logtostderr=true). Unit is megabytes. If the value is 0, the maximum file size is unlimited. (default 1800)',
    default: '1800',
    withoutEffect: LOGS,
  },
  {
    name: 'logtostderr',
    type: 'bool',
    help: 'log to standard error instead of files (default true)',
    default: 'true',
    withoutEffect: LOGS,
  },
  {
    name: 'metric-allowlist',
    type: 'string',
    help: 'Comma-separated list of metrics to be exposed. This list comprises of exact metric names and/or *ECMAScript-based* regex patterns. The allowlist and denylist are mutually exclusive.',
  },
  {
    name: 'metric-annotations-allowlist',
    type: 'string',
    help: "Comma-separated list of Kubernetes annotation keys that will be used in the resource' labels metric. By default the annotations metrics are not exposed. To include them, provide a list of resource names in their plural form and Kubernetes annotation keys you would like to allow for them (Example: '=namespaces=[kubernetes.io/team,...],pods=[kubernetes.io/team],...)'. A single '*' can be provided per resource instead to allow any annotations, but that has severe performance implications (Example: '=pods=[*]'). Note that the full wildcard '*' is only effective when it is the first entry in the list; a '*' appearing after any other entry is ignored. Additionally, an asterisk (*) can be provided for resources, which will resolve to all resources, i.e., assuming '--resources=deployments,pods', '=*=[*]' will resolve to '=deployments=[*],pods=[*]'. Wildcards can also be used to match multiple annotations, but only a single '*' is supported per key pattern, i.e., '=pods=[something.example.org/foo-*]' will match annotations such as 'something.example.org/foo-bar' and 'something.example.org/foo-baz'.",
  },
  {
    name: 'metric-denylist',
    type: 'string',
    help: 'Comma-separated list of metrics not to be enabled. This list comprises of exact metric names and/or *ECMAScript-based* regex patterns. The allowlist and denylist are mutually exclusive.',
  },
  {
    name: 'metric-labels-allowlist',
    type: 'string',
    help: "Comma-separated list of additional Kubernetes label keys that will be used in the resource' labels metric. By default the labels metrics are not exposed. To include them, provide a list of resource names in their plural form and Kubernetes label keys you would like to allow for them (Example: '=namespaces=[k8s-label-1,k8s-label-n,...],pods=[app],...)'. A single '*' can be provided per resource instead to allow any labels, but that has severe performance implications (Example: '=pods=[*]'). Note that the full wildcard '*' is only effective when it is the first entry in the list; a '*' appearing after any other entry is ignored. Additionally, an asterisk (*) can be provided as a key, which will resolve to all resources, i.e., assuming '--resources=deployments,pods', '=*=[*]' will resolve to '=deployments=[*],pods=[*]'. Wildcards can also be used to match multiple labels, but only a single '*' is supported per key pattern, i.e., '=pods=[something.example.org/foo-*]' will match labels such as 'something.example.org/foo-bar' and 'something.example.org/foo-baz'.",
  },
  {
    name: 'metric-opt-in-list',
    type: 'string',
    help: 'Comma-separated list of metrics which are opt-in and not enabled by default. This is in addition to the metric allow- and denylists',
  },
  {
    name: 'namespaces',
    type: 'string',
    help: 'Comma-separated list of namespaces to be enabled. Defaults to ""',
  },
  {
    name: 'namespaces-denylist',
    type: 'string',
    help: 'Comma-separated list of namespaces not to be enabled. If namespaces and namespaces-denylist are both set, only namespaces that are excluded in namespaces-denylist will be used.',
  },
  {
    name: 'node',
    type: 'string',
    help: 'Name of the node that contains the kube-state-metrics pod. Most likely it should be passed via the downward API. This is used for daemonset sharding. Only available for resources (pod metrics) that support spec.nodeName fieldSelector. This is experimental.',
  },
  {
    name: 'object-limit',
    type: 'int',
    help: 'The total number of objects to list per resource from the API Server. (experimental)',
  },
  {
    name: 'one_output',
    type: 'bool',
    help: 'If true, only write logs to their native severity level (vs also writing to each lower severity level; no effect when -logtostderr=true)',
    withoutEffect: LOGS,
  },
  {
    name: 'pod',
    type: 'string',
    help: 'Name of the pod that contains the kube-state-metrics container. When set, it is expected that --pod and --pod-namespace are both set. Most likely this should be passed via the downward API. This is used for auto-detecting sharding. If set, this has preference over statically configured sharding. This is experimental, it may be removed without notice.',
  },
  {
    name: 'pod-namespace',
    type: 'string',
    help: 'Name of the namespace of the pod specified by --pod. When set, it is expected that --pod and --pod-namespace are both set. Most likely this should be passed via the downward API. This is used for auto-detecting sharding. If set, this has preference over statically configured sharding. This is experimental, it may be removed without notice.',
  },
  {
    name: 'port',
    type: 'int',
    help: 'Port to expose metrics on. (default 8080)',
    default: '8080',
  },
  {
    name: 'resources',
    type: 'string',
    help: 'Comma-separated list of resources to be enabled. Defaults to "certificatesigningrequests,configmaps,cronjobs,daemonsets,deployments,endpointslices,horizontalpodautoscalers,ingresses,jobs,leases,limitranges,mutatingadmissionpolicies,mutatingadmissionpolicybindings,mutatingwebhookconfigurations,namespaces,networkpolicies,nodes,persistentvolumeclaims,persistentvolumes,poddisruptionbudgets,pods,replicasets,replicationcontrollers,resourcequotas,secrets,services,statefulsets,storageclasses,validatingadmissionpolicies,validatingadmissionpolicybindings,validatingwebhookconfigurations,volumeattachments"',
  },
  {
    name: 'server-idle-timeout',
    type: 'duration',
    help: 'The maximum amount of time to wait for the next request when keep-alives are enabled. Align with the idletimeout of your scrape clients. (default 5m0s)',
    default: '5m0s',
  },
  {
    name: 'server-read-header-timeout',
    type: 'duration',
    help: 'The maximum duration for reading the header of requests. (default 5s)',
    default: '5s',
  },
  {
    name: 'server-read-timeout',
    type: 'duration',
    help: 'The maximum duration for reading the entire request, including the body. Align with the scrape interval or timeout of scraping clients.  (default 1m0s)',
    default: '1m0s',
  },
  {
    name: 'server-write-timeout',
    type: 'duration',
    help: 'The maximum duration before timing out writes of the response. Align with the scrape interval or timeout of scraping clients.. (default 1m0s)',
    default: '1m0s',
  },
  {
    name: 'shard',
    type: 'int32',
    help: 'The instances shard nominal (zero indexed) within the total number of shards. (default 0)',
    default: '0',
  },
  {
    name: 'skip_headers',
    type: 'bool',
    help: 'If true, avoid header prefixes in the log messages',
    withoutEffect: LOGS,
  },
  {
    name: 'skip_log_headers',
    type: 'bool',
    help: 'If true, avoid headers when opening log files (no effect when -logtostderr=true)',
    withoutEffect: LOGS,
  },
  {
    name: 'stderrthreshold',
    type: 'severity',
    help: 'logs at or above this threshold go to stderr when writing to files and stderr (no effect when -logtostderr=true or -alsologtostderr=true unless -legacy_stderr_threshold_behavior=false) (default 2)',
    default: '2',
    withoutEffect: LOGS,
  },
  {
    name: 'telemetry-host',
    type: 'string',
    help: 'Host to expose kube-state-metrics self metrics on. (default "::")',
    default: '::',
  },
  {
    name: 'telemetry-port',
    type: 'int',
    help: 'Port to expose kube-state-metrics self metrics on. (default 8081)',
    default: '8081',
  },
  {
    name: 'tls-config',
    type: 'string',
    help: 'Path to the TLS configuration file',
  },
  {
    name: 'total-shards',
    type: 'int',
    help: 'The total number of shards. Sharding is disabled when total shards is set to 1. (default 1)',
    default: '1',
  },
  {
    name: 'track-unscheduled-pods',
    type: 'bool',
    help: 'This configuration is used in conjunction with node configuration. When this configuration is true, node configuration is empty and the metric of unscheduled pods is fetched from the Kubernetes API Server. This is experimental.',
  },
  {
    name: 'use-apiserver-cache',
    type: 'bool',
    help: 'Sets resourceVersion=0 for ListWatch requests, using cached resources from the apiserver instead of an etcd quorum read.',
    withoutEffect: "lists are streamed from the API server's cache anyway where it can",
  },
  {
    name: 'v',
    short: 'v',
    type: 'Level',
    help: 'number for the log level verbosity',
    withoutEffect: LOGS,
  },
  {
    name: 'vmodule',
    type: 'moduleSpec',
    help: 'comma-separated list of pattern=N settings for file-filtered logging',
    withoutEffect: LOGS,
  },
]
