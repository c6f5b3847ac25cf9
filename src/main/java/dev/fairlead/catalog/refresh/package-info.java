/**
 * Bringing prices and limits up to date from public lists (models.dev, LiteLLM, OpenRouter):
 * reading one, telling what differs from a catalog, and writing an overlay that the catalog's
 * loader lays over the shipped facts. Documents come in as bytes; nothing here fetches them.
 */
@NullMarked
package dev.fairlead.catalog.refresh;

import org.jspecify.annotations.NullMarked;
