data "sendgrid_scopes" "held" {}

locals {
  support_scopes = provider::sendgrid::permission_scopes({
    suppressions    = "full"
    template_engine = "read"
  })
  support_lacks = setsubtract(local.support_scopes, data.sendgrid_scopes.held.scopes)
}

resource "sendgrid_api_key" "support" {
  name   = "Support"
  scopes = local.support_scopes

  lifecycle {
    precondition {
      condition     = length(local.support_lacks) == 0
      error_message = "The credential lacks ${join(", ", local.support_lacks)}."
    }
  }
}
