package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.NullMarked;
import tools.jackson.databind.JsonNode;

/**
 * An answer as its caller saw it. An answer that is no event stream has its text in {@code body}
 * and no events.
 *
 * @param status 0 when no head came
 * @param comments keep-alive lines
 * @param hung it was not over when the time was
 * @param cut the connection ended in the middle of the body
 * @param took until its end, or until it was given up
 */
@NullMarked
public record Streamed(
    int status,
    Optional<HttpHeaders> headers,
    List<Event> events,
    String body,
    int comments,
    boolean hung,
    boolean cut,
    Duration took) {

  /**
   * One event.
   *
   * @param name of the event; empty where the dialect has none
   * @param at since the request was sent
   */
  public record Event(String name, String data, Duration at) {
    public JsonNode json() {
      return GatewayHarness.JSON.readTree(data);
    }
  }

  static Streamed read(HttpClient client, HttpRequest request, Duration atMost) {
    Reading reading = new Reading(client, request);
    Thread thread = Thread.ofVirtual().start(reading);
    try {
      reading.over.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return reading.result(false);
    } catch (TimeoutException e) {
      thread.interrupt();
      reading.abandon();
      return reading.result(true);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The value of a header field, or an empty text. */
  public String header(String name) {
    return headers.flatMap(h -> h.firstValue(name)).orElse("");
  }

  public String generationId() {
    return header("x-generation-id");
  }

  /** The last event, if any came. */
  public Optional<Event> last() {
    return events.isEmpty() ? Optional.empty() : Optional.of(events.getLast());
  }

  private static final class Reading implements Runnable {
    private final HttpClient client;
    private final HttpRequest request;
    private final CompletableFuture<Boolean> over = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private final List<Event> events = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private Optional<HttpResponse<InputStream>> response = Optional.empty();
    private int comments;
    private boolean cut;
    private Duration took = Duration.ZERO;

    Reading(HttpClient client, HttpRequest request) {
      this.client = client;
      this.request = request;
    }

    @Override
    public void run() {
      try {
        HttpResponse<InputStream> got =
            client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        synchronized (this) {
          response = Optional.of(got);
        }
        String type = got.headers().firstValue("content-type").orElse("");
        if (type.startsWith("text/event-stream")) {
          lines(got.body());
        } else {
          byte[] all = got.body().readAllBytes();
          synchronized (this) {
            body.append(new String(all, UTF_8));
          }
        }
      } catch (IOException e) {
        synchronized (this) {
          cut = true;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // given up by the caller, who reports it as hung
      } finally {
        synchronized (this) {
          took = Duration.ofNanos(System.nanoTime() - began);
        }
        over.complete(true);
      }
    }

    private void lines(InputStream in) throws IOException {
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8));
      String name = "";
      StringBuilder data = new StringBuilder();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (this) {
          if (line.startsWith(":")) {
            comments++;
          } else if (line.startsWith("event:")) {
            name = line.substring("event:".length()).strip();
          } else if (line.startsWith("data:")) {
            data.append(data.isEmpty() ? "" : "\n")
                .append(line.substring("data:".length()).strip());
          } else if (line.isEmpty() && !data.isEmpty()) {
            events.add(
                new Event(name, data.toString(), Duration.ofNanos(System.nanoTime() - began)));
            name = "";
            data.setLength(0);
          }
        }
      }
    }

    synchronized void abandon() {
      response.ifPresent(
          got -> {
            try {
              got.body().close();
            } catch (IOException e) {
              cut = true;
            }
          });
    }

    synchronized Streamed result(boolean hung) {
      return new Streamed(
          response.map(HttpResponse::statusCode).orElse(0),
          response.map(HttpResponse::headers),
          List.copyOf(events),
          body.toString(),
          comments,
          hung,
          cut,
          hung ? Duration.ofNanos(System.nanoTime() - began) : took);
    }
  }
}
