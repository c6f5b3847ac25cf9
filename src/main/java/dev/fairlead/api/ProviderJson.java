package dev.fairlead.api;

import dev.fairlead.catalog.Provider;
import dev.fairlead.operation.Fields;
import dev.fairlead.wire.JsonWriter;

/** OpenRouter's object of a provider. */
final class ProviderJson {
  private ProviderJson() {}

  static void write(JsonWriter out, Provider provider) {
    out.beginObject().field("name", provider.name()).field("slug", provider.slug());
    Fields.text(out, "privacy_policy_url", provider.privacyPolicyUrl());
    Fields.text(out, "terms_of_service_url", provider.termsOfServiceUrl());
    Fields.text(out, "status_page_url", provider.statusPageUrl());
    Fields.text(out, "headquarters", provider.headquarters());
    if (provider.datacenters().isEmpty()) {
      Fields.none(out, "datacenters");
    } else {
      Fields.texts(out, "datacenters", provider.datacenters());
    }
    out.endObject();
  }
}
