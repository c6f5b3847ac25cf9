package dev.fairlead;

import java.util.Optional;

/** What standard output says when the gateway is ready. */
final class Greeting {
  private Greeting() {}

  static void print(Gateway gateway, String host, Shell shell) {
    String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    String url = "http://" + shown + ":" + gateway.port();
    StringBuilder out = new StringBuilder();
    out.append("fairlead ready ").append(url).append('\n');
    Optional<Keyring.First> first = gateway.firstKeys();
    if (first.isPresent()) {
      out.append("\nThis is the first start. These keys are shown once and kept nowhere:\n");
      first.get().management().ifPresent(key -> line(out, "management key", key));
      first.get().inference().ifPresent(key -> line(out, "inference key ", key));
      String key = first.get().inference().orElse("$FAIRLEAD_KEY");
      out.append("\nTry it:\n\n");
      out.append("  curl ").append(url).append("/v1/chat/completions \\\n");
      out.append("    -H \"Authorization: Bearer ").append(key).append("\" \\\n");
      out.append("    -H 'Content-Type: application/json' \\\n");
      out.append("    -d '{\"model\": \"sim/echo\", \"messages\": [");
      out.append("{\"role\": \"user\", \"content\": \"Hello, Fairlead\"}]}'\n");
    }
    shell.out().print(out);
    shell.out().flush();
  }

  private static void line(StringBuilder out, String name, String key) {
    out.append("  ").append(name).append("  ").append(key).append('\n');
  }
}
