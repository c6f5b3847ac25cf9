package dev.fairlead.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Dialect;
import dev.fairlead.http.Headers;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes of a sound answer what goes wrong. A pure function from moves to moves. */
final class Mischief {
  private static final byte[] BROKEN =
      "data: {\"id\":\"sim\",\"choices\":[{\"delta\":{\"content\":\"brok\n\n".getBytes(UTF_8);
  private static final int BLOCK = 64 << 10;

  private final Scene scene;
  private final SimFault fault;
  private final Circumstances around;
  private @Nullable List<Move> streamable;

  /**
   * What a fault must know besides.
   *
   * @param target path of the request
   * @param scale of the times that are told to the caller
   * @param now for dates
   */
  record Circumstances(String target, double scale, Instant now) {}

  private Mischief(Scene scene, SimFault fault, Circumstances around) {
    this.scene = scene;
    this.fault = fault;
    this.around = around;
  }

  static List<Move> moves(Scene scene, SimFault fault, Circumstances around) {
    return new Mischief(scene, fault, around).moves();
  }

  private List<Move> moves() {
    return switch (fault.kind()) {
      case RATE_LIMIT -> refuse(Complaint.RATE);
      case QUOTA -> refuse(Complaint.QUOTA);
      case HTTP -> refuse(Complaint.bare(fault.status()));
      case CONTEXT_LENGTH -> refuse(Complaint.context(scene.dialect(), scene.model()));
      case CONTENT_FILTER -> refuse(Complaint.content(scene.dialect()));
      case UNAUTHORIZED -> refuse(Complaint.CREDENTIAL);
      case FORBIDDEN -> refuse(Complaint.FORBIDDEN);
      case MODEL_GONE -> refuse(Complaint.noModel("The model has been retired."));
      case GATEWAY_PAGE -> page(502, "502 Bad Gateway");
      case RESET -> List.of(new Move.Reset());
      case SILENCE -> List.of(new Move.Wait(fault.hold()), new Move.Reset());
      case HEAD_ONLY -> List.of(head(), new Move.Wait(fault.hold()), new Move.Cut());
      case SLOW_FIRST_TOKEN -> then(List.of(head(), new Move.Wait(fault.hold())), afterHead());
      case DRIP -> streamable().stream().map(this::dripping).toList();
      case PAUSE -> then(begun(), List.of(new Move.Wait(fault.hold())), left());
      case STALL -> then(begun(), List.of(new Move.Wait(fault.hold()), new Move.Cut()));
      case CUT -> then(begun(), List.of(new Move.Cut()));
      case RST -> then(begun(), List.of(new Move.Reset()));
      case NO_TERMINAL -> then(begun(), List.of(new Move.End()));
      case NO_DONE -> then(unterminated(), List.of(new Move.End()));
      case NO_DONE_HOLD ->
          then(unterminated(), List.of(new Move.Wait(fault.hold()), new Move.Cut()));
      case MALFORMED_BODY -> json(half(scene.body()));
      case MALFORMED_EVENT -> withBrokenEvent();
      case GIANT_EVENT -> giant();
      case ENDLESS_LINE -> then(begun(), endless());
      case SHORT_BODY -> then(begun(), shortened(left()));
      case HTML -> page(200, "Just a moment...");
      case JSON_FOR_SSE -> scene.whole();
      case SSE_FOR_JSON -> scene.streamed();
      case NO_CONTENT -> whole(204, Headers.NONE, new byte[0]);
      case PARTIAL_CONTENT -> whole(206, scene.headers("application/json"), half(scene.body()));
      case WRONG_ENCODING -> Dress.withHeader(scene.moves(), "content-encoding", "gzip");
      case BOMB -> bomb();
      case ERROR_200 -> json(Complaint.bare(500).body(scene.dialect()));
      case ERROR_FIRST -> errorEvent(List.of(head()));
      case ERROR_LATE -> errorEvent(begun());
      case DUPLICATES -> doubled();
      case EMPTY, CUT_TOOL -> scene.moves();
      case REDIRECT -> redirect(307, around.target() + "/elsewhere");
      case REDIRECT_AWAY -> redirect(302, "http://192.0.2.1" + around.target());
      case REDIRECT_LOOP -> redirect(308, around.target());
    };
  }

  // ---- refusals

  private List<Move> refuse(Complaint complaint) {
    Headers headers = retryAfter(scene.headers("application/json"));
    return whole(complaint.status(), headers, complaint.body(scene.dialect()));
  }

  private Headers retryAfter(Headers headers) {
    Optional<String> value = fault.retryAfter();
    if (value.isEmpty()) {
      return headers;
    }
    return switch (value.get()) {
      case "date" -> headers.with("retry-after", date(seconds(BigDecimal.valueOf(2))));
      case "ms" ->
          headers.with("retry-after-ms", seconds(BigDecimal.valueOf(2000)).toPlainString());
      case "absurd" -> headers.with("retry-after", "31536000");
      case "negative" -> headers.with("retry-after", "-5");
      case "garbage" -> headers.with("retry-after", "soon");
      default -> headers.with("retry-after", seconds(new BigDecimal(value.get())).toPlainString());
    };
  }

  private BigDecimal seconds(BigDecimal unscaled) {
    BigDecimal scaled = unscaled.multiply(BigDecimal.valueOf(around.scale()));
    BigDecimal short3 = scaled.setScale(3, RoundingMode.HALF_UP).stripTrailingZeros();
    return short3.scale() < 0 ? short3.setScale(0, RoundingMode.UNNECESSARY) : short3;
  }

  /** A date has whole seconds, so the pause is rounded up. */
  private String date(BigDecimal seconds) {
    long whole = seconds.setScale(0, RoundingMode.UP).longValue();
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        around.now().plusSeconds(whole).atOffset(ZoneOffset.UTC));
  }

  private static List<Move> page(int status, String title) {
    String html =
        "<!DOCTYPE html><html><head><title>"
            + title
            + "</title></head><body><h1>"
            + title
            + "</h1></body></html>";
    return whole(status, Headers.of("content-type", "text/html"), html.getBytes(UTF_8));
  }

  private List<Move> redirect(int status, String location) {
    return whole(status, Headers.of("location", location), new byte[0]);
  }

  private List<Move> json(byte[] body) {
    return whole(200, scene.headers("application/json"), body);
  }

  private static List<Move> whole(int status, Headers headers, byte[] body) {
    return List.of(new Move.Whole(status, headers, body, 0, 0));
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  // ---- an answer that begins

  /** The answer in a form that can be interrupted: a whole one in two halves. */
  private List<Move> streamable() {
    List<Move> known = streamable;
    if (known == null) {
      known = interruptible();
      streamable = known;
    }
    return known;
  }

  private List<Move> interruptible() {
    if (scene.wantsStream()) {
      return scene.streamed();
    }
    byte[] body = scene.body();
    byte[] rest = Arrays.copyOfRange(body, body.length / 2, body.length);
    int half = scene.tokens() / 2;
    int thinking = scene.thinking() / 2;
    return List.of(
        scene.whole().getFirst(),
        new Move.Open(200, scene.headers("application/json")),
        new Move.Send(half(body), half, thinking, 0, Duration.ZERO),
        new Move.Send(rest, scene.tokens() - half, scene.thinking() - thinking, 0, Duration.ZERO),
        new Move.End());
  }

  private Move head() {
    return streamable().stream().filter(m -> m instanceof Move.Open).findFirst().orElseThrow();
  }

  private List<Move> afterHead() {
    List<Move> all = streamable();
    int open = all.indexOf(head());
    return all.subList(open + 1, all.size());
  }

  /** Everything up to the fault. */
  private List<Move> begun() {
    return streamable().subList(0, breaking());
  }

  /** Everything that would have come after it. */
  private List<Move> left() {
    List<Move> all = streamable();
    return all.subList(breaking(), all.size());
  }

  private int breaking() {
    List<Move> all = streamable();
    // At the latest after the last token: a fault in the middle leaves no finish.
    int most = scene.wantsStream() ? scene.tokens() : 1;
    int wanted = Math.min(most, fault.after());
    int sent = 0;
    boolean open = false;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof Move.End || (open && sent >= wanted)) {
        return i;
      }
      open |= all.get(i) instanceof Move.Open;
      sent += all.get(i) instanceof Move.Send send ? halfOrTokens(send) : 0;
    }
    return all.size();
  }

  /** Of a whole answer in two halves, each counts as one. */
  private int halfOrTokens(Move.Send send) {
    return scene.wantsStream() ? send.tokens() : 1;
  }

  private List<Move> unterminated() {
    List<Move> all = streamable();
    int end = all.size() - 1;
    boolean marked =
        scene.wantsStream()
            && all.get(end - 1) instanceof Move.Send send
            && scene.isTerminal(send.bytes());
    return all.subList(0, marked ? end - 1 : end);
  }

  private Move dripping(Move move) {
    return move instanceof Move.Send send
        ? new Move.Send(send.bytes(), send.tokens(), send.thinking(), 1, fault.hold())
        : move;
  }

  // ---- broken bytes

  private List<Move> withBrokenEvent() {
    List<Move> all = new ArrayList<>(streamable());
    int events = 0;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof Move.Send && ++events == fault.after()) {
        all.add(i, Move.Send.of(brokenEvent()));
        break;
      }
    }
    return scene.wantsStream() ? all : json(half(scene.body()));
  }

  private byte[] brokenEvent() {
    return scene.dialect() == Dialect.ANTHROPIC
        ? Scene.joined(List.of("event: content_block_delta\n".getBytes(UTF_8), BROKEN))
        : BROKEN;
  }

  private List<Move> giant() {
    if (!scene.wantsStream()) {
      return then(begun(), endless());
    }
    Move event = new Move.Send(scene.giant(fault.size()), 1, 0, 0, Duration.ZERO);
    return then(begun(), List.of(event), left());
  }

  private List<Move> endless() {
    byte[] block = new byte[BLOCK];
    Arrays.fill(block, (byte) 'x');
    int times = (int) Math.min(Integer.MAX_VALUE, (fault.size() + BLOCK - 1) / BLOCK);
    byte[] begin = (scene.wantsStream() ? "data: {\"x\":\"" : "").getBytes(UTF_8);
    return List.of(Move.Send.of(begin), new Move.Flood(block, times), new Move.Cut());
  }

  /** Half of the next piece, then the connection closes. */
  private static List<Move> shortened(List<Move> left) {
    for (Move move : left) {
      if (move instanceof Move.Send send) {
        return List.of(Move.Send.of(half(send.bytes())), new Move.Cut());
      }
    }
    return List.of(new Move.Cut());
  }

  private List<Move> bomb() {
    Headers headers = scene.headers("application/json").with("content-encoding", "gzip");
    return whole(200, headers, Dress.bomb(fault.size()));
  }

  private List<Move> errorEvent(List<Move> before) {
    if (!scene.wantsStream()) {
      return json(Complaint.bare(500).body(scene.dialect()));
    }
    Move event = Move.Send.of(Complaint.bare(503).event(scene.dialect()));
    return then(before, List.of(event, new Move.End()));
  }

  private List<Move> doubled() {
    List<Move> all = new ArrayList<>();
    int events = 0;
    for (Move move : scene.moves()) {
      all.add(move);
      if (move instanceof Move.Send send && send.tokens() > 0 && ++events % 5 == 0) {
        all.add(Move.Send.of(send.bytes()));
      }
    }
    return all;
  }

  @SafeVarargs
  private static List<Move> then(List<Move>... parts) {
    List<Move> all = new ArrayList<>();
    for (List<Move> part : parts) {
      all.addAll(part);
    }
    return all;
  }
}
