terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# Stands for whatever creates the subuser: another provider, a module, or a script.
resource "terraform_data" "subuser" {
  input = "events-subuser"
}

# The reference makes Terraform create the subuser first. The username can be unknown
# until apply.
resource "sendgrid_api_key" "events" {
  name         = "Events"
  scopes       = ["mail.send"]
  on_behalf_of = terraform_data.subuser.output
}
