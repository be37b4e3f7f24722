/** Interfaces that carry the traffic of others, and would count it twice. */
const INNER_INTERFACES = 'lo|veth.*|docker.*|br-.*|cni.*|flannel.*|cali.*|ifb.*|virbr.*|tunl.*|kube-.*|dummy.*'
/** Devices made of other devices. */
const INNER_DISKS = 'dm-.*|md.*|loop.*|ram.*|zram.*'
const NODE = 'job="node"'
const CONTAINER = 'job="cadvisor"'

/** What Home asks of the machine. `w` is the window of a rate(). */
export const machineQueries = {
  cpu: (w: string) => `sum by (mode) (rate(node_cpu_seconds_total{${NODE},mode!="idle"}[${w}]))`,
  memory: `{__name__=~"node_memory_(MemTotal|MemFree|Buffers|Cached|SReclaimable|SUnreclaim|Shmem|KernelStack|PageTables)_bytes",${NODE}}`,
  diskRead: (w: string) => `sum(rate(node_disk_read_bytes_total{${NODE},device!~"${INNER_DISKS}"}[${w}]))`,
  diskWritten: (w: string) => `sum(rate(node_disk_written_bytes_total{${NODE},device!~"${INNER_DISKS}"}[${w}]))`,
  diskBusy: (w: string) =>
    `topk(1, rate(node_disk_io_time_seconds_total{${NODE},device!~"${INNER_DISKS}"}[${w}])) * 100`,
  received: (w: string) => `sum(rate(node_network_receive_bytes_total{${NODE},device!~"${INNER_INTERFACES}"}[${w}]))`,
  sent: (w: string) => `sum(rate(node_network_transmit_bytes_total{${NODE},device!~"${INNER_INTERFACES}"}[${w}]))`,
  busiestInterface: (w: string) =>
    `topk(1, rate(node_network_receive_bytes_total{${NODE},device!~"${INNER_INTERFACES}"}[${w}]))`,
  drops: (range: string) =>
    `sum(increase(node_network_receive_drop_total{${NODE},device!~"${INNER_INTERFACES}"}[${range}])) + sum(increase(node_network_transmit_drop_total{${NODE},device!~"${INNER_INTERFACES}"}[${range}]))`,
  pressure: (resource: 'cpu' | 'io' | 'memory', w: string) =>
    `rate(node_pressure_${resource}_waiting_seconds_total{${NODE}}[${w}]) * 100`,
  fileSystems: `{__name__=~"node_filesystem_(size|avail|free)_bytes",${NODE},fstype!~"tmpfs|ramfs|overlay|squashfs"}`,
  fillRate: `deriv(node_filesystem_avail_bytes{${NODE},fstype!~"tmpfs|ramfs|overlay|squashfs"}[1h])`,
}

/** What tables ask of all containers, a series each by name and id. */
export const containerQueries = {
  cpu: (w: string) => `sum by (name, id) (rate(container_cpu_usage_seconds_total{${CONTAINER},name!=""}[${w}]))`,
  memory: `sum by (name, id) (container_memory_working_set_bytes{${CONTAINER},name!=""})`,
  disk: (w: string) =>
    `${perContainer('container_fs_reads_bytes_total', w)} + ${perContainer('container_fs_writes_bytes_total', w)}`,
  network: (w: string) =>
    `${perContainer('container_network_receive_bytes_total', w)} + ${perContainer('container_network_transmit_bytes_total', w)}`,
  throttled: (w: string) =>
    `sum by (name, id) (rate(container_cpu_cfs_throttled_periods_total{${CONTAINER},name!=""}[${w}])) / sum by (name, id) (rate(container_cpu_cfs_periods_total{${CONTAINER},name!=""}[${w}])) * 100`,
}

function perContainer(metric: string, w: string): string {
  return `sum by (name, id) (rate(${metric}{${CONTAINER},name!=""}[${w}]))`
}

/** What the page of one container asks. */
export function containerPageQueries(name: string, w: string) {
  const selected = `${CONTAINER},name=${quote(name)}`
  const rate = (metric: string) => `sum(rate(${metric}{${selected}}[${w}]))`
  return {
    cpu: rate('container_cpu_usage_seconds_total'),
    memory: `sum(container_memory_working_set_bytes{${selected}})`,
    cache: `sum(container_memory_cache{${selected}})`,
    throttled: `${rate('container_cpu_cfs_throttled_periods_total')} / ${rate('container_cpu_cfs_periods_total')} * 100`,
    read: rate('container_fs_reads_bytes_total'),
    written: rate('container_fs_writes_bytes_total'),
    received: rate('container_network_receive_bytes_total'),
    sent: rate('container_network_transmit_bytes_total'),
  }
}

/** A text as PromQL quotes it. */
export function quote(text: string): string {
  return JSON.stringify(text)
}
