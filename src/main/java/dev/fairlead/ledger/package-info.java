/**
 * Who pays, and whether they may: budgets, the holds that are taken before anything is spent, and
 * the settlements that end them. Decisions are made in memory; what was settled is durable before
 * the caller has its last byte.
 */
@NullMarked
package dev.fairlead.ledger;

import org.jspecify.annotations.NullMarked;
