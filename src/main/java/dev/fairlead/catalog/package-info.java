/**
 * What there is: models, providers, and the endpoints at which a provider serves a model, with
 * price, limits, capabilities, deviations and data policy. An immutable snapshot, read from YAML,
 * swapped whole. Facts live in the files; here is only their shape.
 */
@NullMarked
package dev.fairlead.catalog;

import org.jspecify.annotations.NullMarked;
