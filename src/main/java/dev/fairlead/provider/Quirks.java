package dev.fairlead.provider;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Edit;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Quirk;
import dev.fairlead.wire.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The edits that an endpoint's deviations make on a request's outgoing form. */
public final class Quirks {
  private static final String AUTHOR = "quirk";

  /** What an endpoint that does not honour it may lose without the answer losing its meaning. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "top_a",
          "frequency_penalty",
          "presence_penalty",
          "repetition_penalty",
          "seed",
          "logit_bias",
          "logprobs",
          "top_logprobs",
          "parallel_tool_calls",
          "prediction",
          "verbosity",
          "structured_outputs",
          "web_search_options");

  private Quirks() {}

  /**
   * @param outgoing the root of the form that the edits are made on
   */
  public static List<Edit> edits(Endpoint endpoint, JsonNode outgoing) {
    boolean picky = !endpoint.anyParameter() && endpoint.dialect() == Dialect.OPENAI_CHAT;
    if (endpoint.quirks().isEmpty() && !picky) {
      return List.of();
    }
    List<Edit> edits = new ArrayList<>();
    for (Quirk quirk : endpoint.quirks()) {
      switch (quirk) {
        case Quirk.Rename(String member, String to) -> {
          if (outgoing.get(member).exists() && !outgoing.get(to).exists()) {
            edits.add(edit("its name here", new Edit.Change.RenameMember(member, to)));
          }
        }
        case Quirk.Drop(String member) -> {
          if (outgoing.get(member).exists()) {
            edits.add(edit("the endpoint refuses it", new Edit.Change.RemoveMember(member)));
          }
        }
        case Quirk.Set(String member, var value) ->
            edits.add(edit("the endpoint needs it", new Edit.Change.SetMember(member, value)));
        case Quirk.Default(String member, var value) -> {
          if (!outgoing.get(member).exists()) {
            edits.add(edit("the endpoint needs it", new Edit.Change.SetMember(member, value)));
          }
        }
      }
    }
    if (picky) {
      for (JsonNode.Member member : outgoing.members()) {
        String name = member.name();
        if (OPTIONAL.contains(name) && !endpoint.parameters().contains(name)) {
          edits.add(edit("the endpoint does not honour it", new Edit.Change.RemoveMember(name)));
        }
      }
    }
    return edits;
  }

  private static Edit edit(String reason, Edit.Change change) {
    return new Edit(AUTHOR, reason, change);
  }
}
