terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# Reads the credential from the environment variable SENDGRID_API_KEY.
provider "sendgrid" {}

# Manages the keys of an EU regional subuser.
provider "sendgrid" {
  alias   = "eu"
  region  = "eu"
  api_key = var.sendgrid_eu_api_key
}

variable "sendgrid_eu_api_key" {
  description = "API key that manages the keys of the EU subuser."
  type        = string
  sensitive   = true
}
