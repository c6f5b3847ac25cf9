package dev.fairlead;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.Provider;
import java.util.List;
import java.util.function.Predicate;

/** The one page that stands at the root until the console does. */
final class Home {
  private static final int SHOWN = 40;

  private Home() {}

  static String page(Catalog catalog, Predicate<Provider> ready, String host, int port) {
    List<Model> callable =
        catalog.models().stream()
            .filter(m -> catalog.endpoints(m.id()).stream().anyMatch(e -> ready.test(e.provider())))
            .toList();
    StringBuilder models = new StringBuilder();
    callable.stream()
        .limit(SHOWN)
        .forEach(
            m ->
                models
                    .append("<li><code>")
                    .append(escaped(m.id()))
                    .append("</code> ")
                    .append(escaped(m.name()))
                    .append("</li>\n"));
    String more =
        callable.size() > SHOWN ? "<p>… and " + (callable.size() - SHOWN) + " more.</p>" : "";
    return PAGE.replace("{url}", "http://" + escaped(host) + ":" + port)
        .replace("{callable}", "" + callable.size())
        .replace("{known}", "" + catalog.models().size())
        .replace("{model}", callable.isEmpty() ? "sim/echo" : escaped(callable.get(0).id()))
        .replace("{models}", models)
        .replace("{more}", more);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Fairlead is running</title>
      <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem }
      pre { background: #f4f4f5; padding: 1rem; overflow-x: auto; border-radius: 6px }
      code { font-family: ui-monospace, monospace; font-size: .9em }
      ul { padding-left: 1.2rem }
      @media (prefers-color-scheme: dark) {
        body { background: #18181b; color: #e4e4e7 } pre { background: #27272a } a { color: #93c5fd }
      }
      </style>
      </head>
      <body>
      <h1>Fairlead is running</h1>
      <p>One API in front of every model of every provider. {callable} models can be called now,
      {known} are known; a provider's models come alive when its API key is in the environment.</p>
      <h2>Call it</h2>
      <pre>curl {url}/v1/chat/completions \\
        -H "Authorization: Bearer $FAIRLEAD_KEY" \\
        -H "Content-Type: application/json" \\
        -d '{"model": "{model}", "messages": [{"role": "user", "content": "Hello"}]}'</pre>
      <p>Base URLs: <code>{url}/v1</code> for OpenAI clients, <code>{url}/api/v1</code> for OpenRouter
      clients, <code>{url}</code> for Anthropic clients, <code>{url}/v1beta</code> for Gemini
      clients.</p>
      <h2>Models</h2>
      <ul>
      {models}</ul>
      {more}
      <p>All of them: <a href="/api/v1/models">/api/v1/models</a>. Metrics:
      <a href="/metrics">/metrics</a>. Health: <a href="/healthz">/healthz</a>. Documents: the
      <code>docs</code> folder of the project, beginning with <code>README.md</code>.</p>
      </body>
      </html>
      """;
}
