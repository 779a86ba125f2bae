terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

# The credential comes from the environment variable SENDGRID_API_KEY.
provider "sendgrid" {}

# Keys of a subuser in the EU, beside those above.
provider "sendgrid" {
  alias        = "eu"
  region       = "eu"
  api_key      = var.sendgrid_eu_api_key
  on_behalf_of = "newsletter-eu"
}

variable "sendgrid_eu_api_key" {
  description = "API key that manages the keys of the EU account."
  type        = string
  sensitive   = true
}
