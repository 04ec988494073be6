import static org.codelibs.opensearch.runner.OpenSearchRunner.newConfigs;

import org.codelibs.opensearch.runner.OpenSearchRunner;

/** A node of OpenSearch that ends with the process that started it: folder, two ports. */
public class Node {
  public static void main(String[] arguments) throws Exception {
    new OpenSearchRunner()
        .onBuild((number, settings) -> settings.put("discovery.type", "single-node")
            .put("http.port", arguments[1]).put("transport.port", arguments[2])
            .put("cluster.routing.allocation.disk.threshold_enabled", false))
        .build(newConfigs().basePath(arguments[0]).clusterName("excerpt").numOfNode(1));
    while (System.in.read() >= 0) { }
    System.exit(0);
  }
}
