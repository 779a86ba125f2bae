terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

# The credential comes from the environment variable SENDGRID_API_KEY.
provider "sendgrid" {}

# Keys of an EU regional subuser, beside those above.
provider "sendgrid" {
  alias   = "eu"
  region  = "eu"
  api_key = var.sendgrid_eu_api_key
}

variable "sendgrid_eu_api_key" {
  description = "API key of the EU subuser that manages its keys."
  type        = string
  sensitive   = true
}
