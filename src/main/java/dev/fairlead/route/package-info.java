/**
 * Who answers. From what the caller wishes, what the request needs, what policy allows and how the
 * endpoints fare, an ordered plan of attempts, with a reason for every endpoint that is in it and a
 * rule for every one that is not; all of it pure, recorded and recomputable. The book of live
 * health, the circuit breakers and the memory of sessions live here too. Nothing is sent here, no
 * credential is read here, and who the caller is was settled before.
 */
@NullMarked
package dev.fairlead.route;

import org.jspecify.annotations.NullMarked;
