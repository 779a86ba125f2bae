terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.23.0"
    }
  }
}

provider "azurerm" {
  features {}
}

variable "key_vault_id" {
  description = "Resource id of the key vault."
  type        = string
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]

  # The store has the new key before the old one is revoked.
  lifecycle {
    create_before_destroy = true
  }
}

# A write-only value is sent when its version changes. Another key has another id,
# and so another version.
locals {
  key_version = parseint(substr(sha256(sendgrid_api_key.newsletter.id), 0, 7), 16)
}

resource "azurerm_key_vault_secret" "newsletter" {
  name         = "newsletter-sendgrid"
  key_vault_id = var.key_vault_id

  value_wo         = sendgrid_api_key.newsletter.api_key
  value_wo_version = local.key_version
}
