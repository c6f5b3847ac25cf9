package dev.fairlead.limit;

import dev.fairlead.identity.Scope;
import java.time.Duration;

/**
 * How a limit stands at one moment for one of its scopes.
 *
 * @param remaining what is left of its amount; never below 0
 * @param reset until all of it is there again, when nothing more is taken; zero for concurrency
 */
public record Level(Rule rule, Scope scope, long remaining, Duration reset) {}
