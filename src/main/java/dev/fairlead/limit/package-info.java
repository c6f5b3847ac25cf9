/**
 * How much of what may be called in a minute, an hour, a day, and at once: rules, the windows that
 * they are counted in, and the admission that is one step over all of them. In memory, of this
 * node, and forgotten when it ends: what must survive is money, and that is the ledger's. Also the
 * queue in which tenants wait for their share of what is scarce. What a refusal looks like to a
 * caller is decided upstairs.
 */
@NullMarked
package dev.fairlead.limit;

import org.jspecify.annotations.NullMarked;
