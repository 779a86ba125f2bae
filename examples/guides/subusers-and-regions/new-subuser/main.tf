terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

# Whatever makes the subuser: another provider, a module, a script.
resource "terraform_data" "subuser" {
  input = "events-subuser"
}

# Its username is known only after apply, and so is the order.
resource "sendgrid_api_key" "events" {
  name         = "Events"
  scopes       = ["mail.send"]
  on_behalf_of = terraform_data.subuser.output
}
