# By the key's id, the part of the key between its two dots.
terraform import sendgrid_api_key.newsletter ynfH3dkkSYfdvQRKIjcP5Q
