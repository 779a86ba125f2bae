terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# The scopes that the console selects for Full Access to Mail Send and Read Access to Stats.
resource "sendgrid_api_key" "newsletter" {
  name = "Newsletter"
  scopes = provider::sendgrid::permission_scopes({
    mail_send = "full"
    stats     = "read"
  })
}

# Put the names of sub-groups in quotes. Add single scopes by name.
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
