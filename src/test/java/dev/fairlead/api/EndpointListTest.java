package dev.fairlead.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.canon.Fault;
import dev.fairlead.catalog.CatalogLoader;
import dev.fairlead.route.Observation;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Endpoints and providers as they are told to callers. */
final class EndpointListTest {
  private static final String ALPHA = "/api/v1/models/acme/alpha/endpoints";

  private Desk desk;

  @BeforeEach
  void open() throws IOException {
    desk = new Desk(Desk.small());
  }

  @AfterEach
  void close() throws IOException {
    desk.close();
  }

  private JsonNode north(Desk.Answer answer) {
    return answer.json().get("data").get("endpoints").get(0);
  }

  @Test
  void tellsTheModelAndItsEndpoints() {
    JsonNode data = desk.get(ALPHA).json().get("data");
    assertThat(data.propertyNames())
        .containsExactly("id", "name", "created", "description", "architecture", "endpoints");
    JsonNode north = data.get("endpoints").get(0);
    assertThat(north.propertyNames())
        .contains(
            "name",
            "model_id",
            "model_name",
            "context_length",
            "pricing",
            "provider_name",
            "tag",
            "quantization",
            "max_completion_tokens",
            "max_prompt_tokens",
            "supported_parameters",
            "uptime_last_30m",
            "uptime_last_5m",
            "uptime_last_1d",
            "supports_implicit_caching",
            "latency_last_30m",
            "throughput_last_30m");
    assertThat(north.get("name").asString()).isEqualTo("North | acme/alpha-2026-01-02");
    assertThat(north.get("tag").asString()).isEqualTo("north");
    assertThat(north.get("quantization").asString()).isEqualTo("fp8");
    assertThat(north.get("status").asInt()).isZero();
    assertThat(north.get("uptime_last_1d").isNull()).as("nobody was asked yet").isTrue();
    assertThat(data.get("endpoints").get(1).get("provider_name").asString()).isEqualTo("South");
  }

  private void succeed(int times) {
    for (int i = 0; i < times; i++) {
      desk.signals.observe(
          Observation.success("north|acme/alpha", "", Optional.empty(), desk.now, 400, 80));
    }
    desk.signals.refresh();
  }

  @Test
  void speedIsForThoseWithAKey() {
    succeed(200);
    JsonNode unknown = north(desk.get(ALPHA));
    assertThat(unknown.get("uptime_last_30m").asDouble()).isEqualTo(100);
    assertThat(unknown.get("latency_last_30m").isNull()).isTrue();
    assertThat(unknown.get("throughput_last_30m").isNull()).isTrue();

    JsonNode known = north(desk.known(ALPHA));
    assertThat(known.get("latency_last_30m").propertyNames())
        .containsExactly("p50", "p75", "p90", "p99");
    assertThat(known.get("latency_last_30m").get("p50").asDouble()).isBetween(350.0, 450.0);
    assertThat(known.get("throughput_last_30m").get("p50").asDouble()).isBetween(70.0, 90.0);
  }

  @Test
  void statisticsSortModels() {
    succeed(200);
    JsonNode list = desk.get("/api/v1/models?sort=throughput-high-to-low").json();
    assertThat(ModelListTest.ids(list).subList(0, 2))
        .containsExactlyInAnyOrder("acme/alpha", "~acme/alpha-latest");
  }

  @Test
  void statusTellsTrouble() {
    desk.callable.remove("north");
    assertThat(north(desk.get(ALPHA)).get("status").asInt()).as("no credential").isEqualTo(-10);
    desk.callable.add("north");
    Fault busy =
        Fault.provider(Fault.Kind.RATE_LIMITED, "busy")
            .withRetryAfter(Optional.of(Duration.ofSeconds(60)));
    desk.signals.observe(
        Observation.failure("north|acme/alpha", "", Optional.empty(), desk.now, busy));
    assertThat(north(desk.get(ALPHA)).get("status").asInt()).as("cooling").isEqualTo(-1);
    desk.now = desk.now.plusSeconds(61);
    assertThat(north(desk.get(ALPHA)).get("status").asInt()).as("cooled").isZero();
  }

  @Test
  void zeroRetentionIsListedByEndpoint() {
    JsonNode data = desk.get("/api/v1/endpoints/zdr").json().get("data");
    assertThat(data.size()).isEqualTo(3);
    for (JsonNode endpoint : data) {
      assertThat(endpoint.get("provider_name").asString()).isEqualTo("North");
    }
  }

  @Test
  void providersAreListed() throws IOException {
    JsonNode data = desk.get("/api/v1/providers").json().get("data");
    assertThat(data.get(0).toString())
        .isEqualTo(
            """
            {"name":"North","slug":"north","privacy_policy_url":null,"terms_of_service_url":null,\
            "status_page_url":null,"headquarters":null,"datacenters":null}""");
    desk.catalog = CatalogLoader.shipped();
    JsonNode shipped = desk.get("/api/v1/providers").json().get("data");
    assertThat(shipped.size()).isEqualTo(desk.catalog.providers().size()).isGreaterThan(20);
  }

  @Test
  void everyShippedModelHasItsEndpointsTold() throws IOException {
    desk.catalog = CatalogLoader.shipped();
    int endpoints = 0;
    for (String id : ModelListTest.ids(desk.get("/api/v1/models?output_modalities=all").json())) {
      Desk.Answer answer = desk.get("/api/v1/models/" + id + "/endpoints");
      assertThat(answer.status()).as(id).isEqualTo(200);
      JsonNode data = answer.json().get("data");
      assertThat(data.get("id").asString()).isEqualTo(id);
      assertThat(data.get("endpoints").size()).as(id).isPositive();
      endpoints += data.get("endpoints").size();
    }
    assertThat(endpoints).isGreaterThan(500);
  }
}
