terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.88.0"
    }
  }
}

resource "sendgrid_api_key" "newsletter" {
  name            = "Newsletter"
  scopes          = ["mail.send"]
  secret_in_state = false

  # Pass the new key to the store before revoking the old one.
  lifecycle {
    create_before_destroy = true
  }
}

# The secret is available only in the run that creates the key.
ephemeral "sendgrid_api_key_secret" "newsletter" {
  id = sendgrid_api_key.newsletter.id
}

# Terraform sends a write-only value when its version changes. A new key has a new id,
# so the version changes with the key.
locals {
  key_version = parseint(substr(sha256(sendgrid_api_key.newsletter.id), 0, 7), 16)
}

resource "aws_secretsmanager_secret" "newsletter" {
  name = "newsletter/sendgrid"
}

resource "aws_secretsmanager_secret_version" "newsletter" {
  secret_id = aws_secretsmanager_secret.newsletter.id

  secret_string_wo         = ephemeral.sendgrid_api_key_secret.newsletter.api_key
  secret_string_wo_version = local.key_version

  # A new version replaces this resource. Create the new one before destroying the old one.
  lifecycle {
    create_before_destroy = true
  }
}
