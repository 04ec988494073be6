import static org.codelibs.opensearch.runner.OpenSearchRunner.newConfigs;

import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * A node of OpenSearch that ends with the process that started it.
 *
 * The arguments are its folder, its name, its two ports, and the names and addresses of all nodes.
 * The property `bulk` limits the memory for bulk requests; others are rejected.
 */
public class Node {
  public static void main(String[] arguments) throws Exception {
    String[] names = arguments[4].split(",");
    new OpenSearchRunner()
        .onBuild((number, settings) -> {
          settings.put("node.name", arguments[1])
              .put("http.port", arguments[2]).put("transport.port", arguments[3])
              .put("node.processors", 1)
              .put("path.repo", arguments[0] + "-repository")
              .put("indexing_pressure.memory.limit", System.getProperty("bulk", "10%"))
              .put("cluster.routing.allocation.disk.threshold_enabled", false);
          if (names.length == 1) {
            settings.put("discovery.type", "single-node");
          } else {
            settings.put("discovery.type", "zen")
                .putList("discovery.seed_hosts", arguments[5].split(","))
                .putList("cluster.initial_cluster_manager_nodes", names);
          }
        })
        .build(newConfigs().basePath(arguments[0]).clusterName("excerpt").numOfNode(1));
    while (System.in.read() >= 0) { }
    System.exit(0);
  }
}
