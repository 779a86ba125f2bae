terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

data "sendgrid_api_keys" "left_behind" {
  name_prefix = "terraform-ephemeral-"
}

output "left_behind" {
  value = { for key in data.sendgrid_api_keys.left_behind.api_keys : key.id => key.name }
}
