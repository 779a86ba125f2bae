terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

# What the console ticks for Mail Send at Full Access and Stats at Read Access.
resource "sendgrid_api_key" "newsletter" {
  name = "Newsletter"
  scopes = provider::sendgrid::permission_scopes({
    mail_send = "full"
    stats     = "read"
  })
}

# Sub-groups are written in quotes, single scopes are added by name.
resource "sendgrid_api_key" "reports" {
  name = "Reports"
  scopes = setunion(
    provider::sendgrid::permission_scopes({
      "stats.global"   = "read"
      "stats.category" = "read"
    }),
    ["categories.read"],
  )
}
