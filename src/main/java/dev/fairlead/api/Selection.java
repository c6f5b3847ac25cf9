package dev.fairlead.api;

import dev.fairlead.canon.Refused;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.ModelQuery;
import dev.fairlead.operation.Ask;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * The models that a list's query asks for.
 *
 * @param matches all of them
 * @param shown the part that the query wants to see
 * @param query how it was asked
 */
record Selection(List<Model> matches, List<Model> shown, ModelQuery query) {
  private static final Set<String> PAGING = Set.of("offset", "limit");

  /** Parameters that say nothing on which models are wanted. */
  private static final Set<String> ELSE = Set.of("key", "client_version");

  /** By the query parameters of OpenRouter's {@code GET /models}; wrong values are refused. */
  static Selection of(Ask ask, Shelf shelf, Standing standing) throws Refused {
    return of(ask::parameter, shelf, standing);
  }

  /** For dialects that page in their own way: the same filters, never a part. */
  static Selection unpaged(Ask ask, Shelf shelf, Standing standing) throws Refused {
    return of(
        name -> PAGING.contains(name) ? Optional.empty() : ask.parameter(name), shelf, standing);
  }

  static Selection of(Function<String, Optional<String>> parameter, Shelf shelf, Standing standing)
      throws Refused {
    ModelQuery query =
        switch (ModelQuery.parse(parameter)) {
          case ModelQuery.Parsed.Good(ModelQuery good) -> good;
          case ModelQuery.Parsed.Bad(String name, String message) ->
              throw Refused.invalid(name + ": " + message);
        };
    List<Model> matches =
        query.matches(
            shelf.catalog(),
            shelf.visible(),
            id -> standing.stats(shelf.catalog(), id),
            shelf.now());
    return new Selection(matches, query.cut(matches), query);
  }

  /** Nothing was asked but the list itself. */
  static boolean isPlain(Ask ask) {
    for (String pair : ask.request().query().split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!name.isEmpty() && !ELSE.contains(name)) {
        return false;
      }
    }
    return true;
  }

  /** Where the list goes on; empty at its end and for a list that came whole. */
  Optional<String> next(Ask ask) {
    if (query.page().isEmpty()) {
      return Optional.empty();
    }
    ModelQuery.Page page = query.page().get();
    long from = (long) page.offset() + page.limit();
    if (from >= matches.size()) {
      return Optional.empty();
    }
    StringJoiner url = new StringJoiner("&", ask.request().path() + "?", "");
    for (String pair : ask.request().query().split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!name.isEmpty() && !PAGING.contains(name) && !name.equals("key")) {
        url.add(pair);
      }
    }
    url.add("offset=" + from);
    return Optional.of(url.add("limit=" + page.limit()).toString());
  }
}
